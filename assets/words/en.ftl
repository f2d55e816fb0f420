# English interface. One sentence a line; $name is filled in by the program.

## Frame

site-name = { $province } Image Promotion Database
site-kicker = Image Promotion Database
site-province = { $province } Province, Viet Nam
skip = Skip to main content
nav-label = Main navigation
nav-home = Home
nav-search = Search
nav-api = API documentation
language-choice = Language of this page
search-label = Search the database
search-hint = For example: gong, coffee, festival
search-button = Search
footer-managed = Managing agency: { $agency }
footer-official = The official source of promotional information about { $province } Province.
footer-licence = Domestic and foreign media may use each record under the terms on its page; please name the source.

## Home page

home-heading = { $province }, for friends in Viet Nam and abroad
home-description = Official material in many languages about the land, people, culture and development potential of { $province } Province, for the press, partners and Vietnamese people abroad.
home-latest = Latest
home-topics = Topics
home-kinds = Kinds of material
home-all = Browse all records
home-empty = Nothing has been published yet.
records-count = { $n ->
    [one] { $count } record
   *[other] { $count } records
}

## Search

search-title = Search records
search-title-for = Search for “{ $query }”
search-found = { $n ->
    [one] { $count } record found
   *[other] { $count } records found
}
search-took = in { $n ->
    [one] { $count } millisecond
   *[other] { $count } milliseconds
}
found-on-page = Found on page { $page }:
search-results = Search results
search-filters = Narrow the results
search-filters-jump = Narrow the results
search-chosen = Filtered by
search-clear = Remove all filters
filter-remove = remove this filter
filter-chosen = chosen
filter-more = Show more
filter-kind = Kind
filter-topic = Topic
filter-place = Place
filter-agency = Contributor
filter-year = Year
filter-language = Language
search-empty = No records match your search
search-empty-spelling = Check the spelling; Vietnamese may be typed without marks.
search-empty-shorter = Use fewer words, or wider ones.
search-empty-language = Try another language, Vietnamese for example.
search-empty-filters = Remove some of the filters.
pages-label = Pages of results
page-prev = Previous page
page-next = Next page
page-position = Page { $pages }

## Record page

breadcrumb = You are here
record-langs = Read in
record-facts = About this record
record-corrections = Corrections
record-rights = Rights and terms of use
record-gallery = Pictures
record-documents = Files
record-cite = How to cite
record-cite-hint = Copy this line when you name the source.
record-kit = Download press kit
record-permalink = Permanent link
record-json = Record data (JSON)
published-on = Published { $date }
fallback-missing = This record is not available in { $lang } yet.
fallback-shown = The { $lang } text is shown instead.
translated-machine = Machine translation, not reviewed; the original text is authoritative.
translated-edited = Machine translation, reviewed by a person.
download = Download
credit-label = Credit:
pages-count = { $n ->
    [one] { $count } page
   *[other] { $count } pages
}
fact-topics = Topics
fact-places = Places
fact-keywords = Keywords
fact-created = Created
fact-published = Published
fact-updated = Updated
fact-version = Version
fact-id = Record number
role-author = Author
role-photographer = Photographer
role-translator = Translator
role-editor = Editor
rights-credit = Credit line
rights-holder = Rights holder
rights-statement = Rights statement
rights-licence = Licence
rights-use = Permitted use
rights-expires = May be used until (not including)
use-editorial = For news use by any medium; cropping and translating captions are allowed.
use-commercial = For any use, commercial use included, under the licence given.
use-internal = Internal use only.

## Notices

gone-heading = This record has been withdrawn
gone-when = The record was withdrawn from the database on { $date }.
gone-id = Record number: { $id }
gone-advice = If you have republished or kept it, please stop using it.
gone-replaced = See the record that replaces it
missing-heading = Page not found
missing-advice = The address may be mistyped, or the page is no longer here. Try a search instead.
busy-heading = The service is busy
refused-heading = The request could not be carried out
failed-heading = Something went wrong
failed-incident = Incident number: { $incident }
failed-advice = Please try again in a few minutes. If it goes on, please tell the managing agency.
