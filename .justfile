# The same steps as `.ci/run`: green here means green there.

# everything that needs only Rust, then the licences and advisories
check: fmt lint test doc deny

fmt:
    cargo fmt --check

lint:
    cargo clippy --all-targets --locked -- -D warnings

test:
    cargo test --locked

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

deny:
    cargo deny --config .deny.toml check

# all of it, with the running program, an outside validator and a browser
ci:
    .ci/run

# take the new API description and snapshots, then read the diff
bless:
    BLESS=1 cargo test --test it openapi && cargo insta accept

# a new folder with the demo content, served
demo:
    cargo run --release -- demo
