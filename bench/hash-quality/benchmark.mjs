import { bounds, measureHash, profiles } from './profile.mjs';

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'hash-quality',
  title: 'Quality of the bucket hash',
  async run({ quick }) {
    const profile = quick ? profiles.fast : profiles.full;
    const result = measureHash(profile, (what) => console.log(`  ${what}`));
    const { independent } = result;
    const evenness = [
      { name: `all ${profile.pairs} pairs`, value: independent.all },
      { name: `the ${independent.pairsOneBitApart} whose salts are one bit apart`, value: independent.oneBitApart },
      { name: 'the others', value: independent.apart },
      ...independent.byShape.map(({ name, evenness: value }) => ({ name: `pairs on ${name}`, value })),
    ];
    return {
      rows: [
        ...result.uniform.map(({ name, p }) => ({
          measure: `uniformity over 100,000 buckets, ${profile.uniformUnits.toLocaleString('en-GB')} units: ${name}`,
          ours: p,
          goal: `p ≥ ${bounds.leastUniformP}`,
          met: p >= bounds.leastUniformP,
          unit: '(p)',
        })),
        ...evenness.map(({ name, value }) => ({
          measure: `independence, ${profile.pairUnits.toLocaleString('en-GB')} units: evenness of the p-values of ${name}`,
          ours: value,
          goal: `p > ${bounds.leastEvenness}`,
          met: value > bounds.leastEvenness,
          unit: '(KS p)',
        })),
        ...result.avalanche.flatMap(({ name, least, greatest }) => [
          {
            measure: `avalanche, least: ${name}`,
            ours: least,
            goal: `≥ ${bounds.leastFlips}`,
            met: least >= bounds.leastFlips,
            unit: '',
          },
          {
            measure: `avalanche, greatest: ${name}`,
            ours: greatest,
            goal: `≤ ${bounds.greatestFlips}`,
            met: greatest <= bounds.greatestFlips,
            unit: '',
          },
        ]),
      ],
      notes: [`The least p-value of ${profile.pairs} pairs was ${independent.leastP.toExponential(1)}.`],
    };
  },
};
