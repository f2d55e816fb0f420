"""The same three web pictures by libvips through pyvips, JPEG of the same quality: each from the file
("separate"), or the largest from the file and the others from its pixels ("chain")."""
import json
import os
import resource
import sys

os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips  # noqa: E402

pyvips.cache_set_max(0)
photo, rounds, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


before = used()
for _ in range(rounds):
    image = None
    for width in (1600, 800, 320):
        if way == "chain" and image is not None:
            image = image.thumbnail_image(width).copy_memory()
        else:
            image = pyvips.Image.thumbnail(photo, width)
            image = image.copy_memory() if way == "chain" else image
        image.write_to_file(f"{width}.jpg", Q=82)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
print(json.dumps({"seconds": used() - before, "peakMB": peak}))
