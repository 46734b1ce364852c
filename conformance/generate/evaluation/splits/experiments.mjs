// Splits under experiments: enrolment, layers, assignments.
import { bucketOf } from '../../bucket.mjs';
import { Fixture } from '../../fixture.mjs';
import { byDefault, half, halves, inRule, range, split } from './split-parts.mjs';

const enrolSalt = 'aaaaaaaabbbbbbbb';
const layerSalt = '1111111122222222';
const enrol = (from, to) => ({ salt: enrolSalt, ranges: [{ from, to }], otherwise: 'other' });
const unitAt = (accepts) => Array.from({ length: 1_000 }, (_, index) => `u-${index}`).find(accepts);
const enrolled = (unit) => bucketOf(unit, enrolSalt) < 30_000;
const inLayer = (unit) => bucketOf(unit, layerSalt) >= 50_000;
const layer = { key: 'ly', salt: layerSalt, ranges: [{ from: 50_000, to: 100_000 }] };
const experiment = { enrol: enrol(0, 30_000), iterationId: 'it-1' };
const facts = { splitId: 'sp', iterationId: 'it-1' };
const outside = { splitId: 'sp', enrolled: false };
const user = (unit, more = {}) => ({ targetingKey: unit, ...more });

function withFlags(fixture) {
  return fixture
    .flag(byDefault('ramp', split(halves, experiment)))
    .flag(byDefault('full', split(halves, { ...experiment, enrol: enrol(0, 100_000) })))
    .flag(byDefault('nobody', split(halves, { ...experiment, enrol: { ...enrol(0, 0), ranges: [] } })))
    .flag(byDefault('no-enrolment', split(halves, { iterationId: 'it-1' })))
    .flag(byDefault('layered', split(halves, { ...experiment, layer })))
    .flag(byDefault('sticky', split(halves, { ...experiment, sticky: true })))
    .flag(byDefault('sticky-layered', split(halves, { ...experiment, layer, sticky: true })))
    .flag(
      byDefault('sticky-shrunk', split([range('a', 0, 100_000), range('b', 100_000, 100_000)], { ...experiment, sticky: true })),
    )
    .flag(byDefault('whole-experiment', split([range('a', 0, 100_000)], { ...experiment, enrol: enrol(0, 100_000) })))
    .flag(byDefault('whole-ramp', split([range('a', 0, 100_000)], experiment)))
    .flag({ ...inRule(split(halves, { ...experiment, sticky: true })), key: 'in-rule' });
}

function addEnrolment(fixture) {
  const cells = [
    [unitAt(enrolled), 'is enrolled'],
    [unitAt((unit) => !enrolled(unit)), 'is not enrolled'],
  ];
  for (const [unit, is] of cells) {
    const takesPart = is === 'is enrolled';
    fixture
      .served(
        `${unit} ${is} at 30 %`,
        { flag: 'ramp', context: user(unit) },
        takesPart ? half(unit) : 'other',
        'SPLIT',
        takesPart ? facts : outside,
      )
      .served(`${unit} is enrolled at 100 %, in the same arm`, { flag: 'full', context: user(unit) }, half(unit), 'SPLIT', facts)
      .served(`${unit} is not enrolled at 0 %`, { flag: 'nobody', context: user(unit) }, 'other', 'SPLIT', outside)
      .served(`${unit} without enrolment`, { flag: 'no-enrolment', context: user(unit) }, half(unit), 'SPLIT', facts)
      .served(
        `${unit} ${is} in a split wholly of one variant`,
        { flag: 'whole-ramp', context: user(unit) },
        takesPart ? 'a' : 'other',
        'SPLIT',
        takesPart ? facts : outside,
      )
      .served(`${unit} ${is} in a rule`, { flag: 'in-rule', context: user(unit) }, takesPart ? half(unit) : 'other', 'SPLIT', {
        ruleId: 'r',
        ...(takesPart ? facts : outside),
      });
  }
  fixture
    .served('without a unit nobody is enrolled', { flag: 'ramp' }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    })
    .served('everybody enrolled in one variant: no unit is needed', { flag: 'whole-experiment' }, 'a', 'SPLIT', facts)
    .served('some enrolled in one variant: a unit is needed', { flag: 'whole-ramp' }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    });
}

/** In and out of the layer's slice and of enrolment, with and without an assignment to the other arm. */
function addLayer(fixture) {
  for (const [wantsLayer, wantsEnrolment] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ]) {
    const unit = unitAt((one) => inLayer(one) === wantsLayer && enrolled(one) === wantsEnrolment);
    const takesPart = wantsLayer && wantsEnrolment;
    const says = `${wantsLayer ? 'inside' : 'outside'} the layer's slice, ${wantsEnrolment ? 'inside' : 'outside'} enrolment`;
    fixture.served(
      says,
      { flag: 'layered', context: user(unit) },
      takesPart ? half(unit) : 'other',
      'SPLIT',
      takesPart ? facts : outside,
    );
    const other = half(unit) === 'a' ? 'b' : 'a';
    const assignments = { sp: { iterationId: 'it-1', variant: other } };
    const stays = wantsLayer ? { ...facts, sticky: true } : outside;
    fixture.served(
      `${says}, with an assignment`,
      { flag: 'sticky-layered', context: user(unit, { assignments }) },
      wantsLayer ? other : 'other',
      'SPLIT',
      stays,
    );
  }
}

function addAssignments(fixture) {
  const unit = unitAt((one) => enrolled(one) && half(one) === 'a');
  const stranger = unitAt((one) => !enrolled(one));
  const given = (says, flag, key, assignments, variant, more) =>
    fixture.served(says, { flag, context: user(key, { assignments }) }, variant, 'SPLIT', more);
  const earlier = (variant, iterationId = 'it-1') => ({ sp: { iterationId, variant } });
  given('an assignment is honoured', 'sticky', unit, earlier('b'), 'b', { ...facts, sticky: true });
  given('an assignment to what the bucket says', 'sticky', unit, earlier('a'), 'a', { ...facts, sticky: true });
  given('an assignment goes before enrolment', 'sticky', stranger, earlier('b'), 'b', { ...facts, sticky: true });
  given('an assignment of another iteration', 'sticky', unit, earlier('b', 'it-0'), 'a', facts);
  given('an assignment to a variant that the split lacks', 'sticky', unit, earlier('c'), 'a', facts);
  given('an assignment to the variant of those outside', 'sticky', unit, earlier('other'), 'a', facts);
  given('an assignment to a variant that the flag lacks', 'sticky', unit, earlier('zz'), 'a', facts);
  given('an assignment to a variant without weight', 'sticky-shrunk', unit, earlier('b'), 'a', facts);
  given('an assignment of another split', 'sticky', unit, { other: { iterationId: 'it-1', variant: 'b' } }, 'a', facts);
  given('an assignment where the split keeps none', 'ramp', unit, earlier('b'), 'a', facts);
  given('no assignments', 'sticky', unit, {}, 'a', facts);
  given('assignments that are none', 'sticky', unit, ['sp'], 'a', facts);
  given('an assignment that is none', 'sticky', unit, { sp: 'b' }, 'a', facts);
  given('an assignment without an iteration', 'sticky', unit, { sp: { variant: 'b' } }, 'a', facts);
  fixture
    .served('an assignment in a rule', { flag: 'in-rule', context: user(unit, { assignments: earlier('b') }) }, 'b', 'SPLIT', {
      ruleId: 'r',
      ...facts,
      sticky: true,
    })
    .served('an assignment without a unit', { flag: 'sticky', context: { assignments: earlier('b') } }, 'off', 'DEFAULT', {
      detail: 'TARGETING_KEY_MISSING',
      unitMissing: 'default',
    });
}

export function experiments() {
  const fixture = withFlags(new Fixture('split-experiments', 'Enrolment, layers and assignments'));
  addEnrolment(fixture);
  addLayer(fixture);
  addAssignments(fixture);
  return fixture;
}
