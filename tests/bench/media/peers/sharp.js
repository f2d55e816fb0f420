// The same three web pictures by sharp: one decoding, each size from it, JPEG of the same quality.
const sharp = require("sharp");
const [, , photo, rounds] = process.argv;
sharp.concurrency(1);
sharp.cache(false);
(async () => {
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const before = used();
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const width of [1600, 800, 320]) {
      await sharp(photo).rotate().resize({ width }).jpeg({ quality: 82 }).toFile(`${width}.jpg`);
    }
  }
  const peakMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
  console.log(JSON.stringify({ seconds: used() - before, peakMB }));
})();
