// The same three web pictures by sharp, JPEG of the same quality: each from the file ("separate"), or the
// largest from the file and the others from its pixels ("chain").
const sharp = require("sharp");
const [, , photo, rounds, way] = process.argv;
sharp.concurrency(1);
sharp.cache(false);

const write = (image, width) => image.jpeg({ quality: 82 }).toFile(`${width}.jpg`);

const separate = async () => {
  for (const width of [1600, 800, 320]) {
    await write(sharp(photo).rotate().resize({ width }), width);
  }
};

const chain = async () => {
  const large = sharp(photo).rotate().resize({ width: 1600 }).removeAlpha();
  let { data, info } = await large.raw().toBuffer({ resolveWithObject: true });
  const pixels = () => {
    const { width, height, channels } = info;
    return sharp(data, { raw: { width, height, channels } });
  };
  await write(pixels(), 1600);
  for (const width of [800, 320]) {
    ({ data, info } = await pixels().resize({ width }).raw().toBuffer({ resolveWithObject: true }));
    await write(pixels(), width);
  }
};

(async () => {
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const before = used();
  for (let round = 0; round < Number(rounds); round += 1) {
    await (way === "chain" ? chain() : separate());
  }
  const peakMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
  console.log(JSON.stringify({ seconds: used() - before, peakMB }));
})();
