/** What the methods are set to where nobody asks for something else, and the bounds beyond which they refuse. */

/** Units of each arm under which a stratum is merged into the largest one, and a covariate is left out. */
export const leastStratumUnits = 20;

/** A denominator's mean has to be this many of its standard errors from 0 for the delta method to hold. */
export const leastDenominatorErrors = 5;

/** Where the O'Brien–Fleming bar is this many standard errors up, no evidence is read yet: its tail is near the smallest double. */
export const highestBar = 37;

/** Until this many days have passed the share of the plan can't be more than the share of them: a week has weekends. */
export const firstWeekDays = 7;

/** From this share of the plan on its units may not be raised any more: from 0.95 on doing so lets the level grow to 6–8 %. */
export const planIsFixedFrom = 0.5;

/** How many times the units of a fixed test the sequential one needs for the same power (simulated: 0.80 at 336 looks). */
export const sequentialInflation = 1.07;

/** The total units at which the confidence sequence of an unplanned run is narrowest. */
export const defaultTuningUnits = 5000;

/** Before so many units per arm, and so many conversions in both arms together, the confidence sequence is not begun. */
export const sequenceBegins = { unitsPerArm: 100, conversions: 20 } as const;

/** Permutations of the randomisation test where none are asked for. */
export const defaultPermutations = 10_000;

/** With fewer units in an arm than this, the randomisation test replaces Student's t for means and ratios. */
export const randomisationBelowUnits = 200;

/** With a unit that holds more than this share of a ratio's denominator, it does so too. */
export const largestDenominatorShare = 0.05;

/** Conversions, and units that did not convert, under which an arm is analysed by exact methods and labelled "few conversions". */
export const fewConversionsBelow = 30;

/** The mean of a skewed metric is close to normal from this times the squared skewness on (R. Kohavi et al. 2014, rule 7). */
export const unitsPerSquaredSkewness = 355;

/** The share of the plan from which on a randomisation test is looked at; before, its bar is beyond what 10,000 permutations tell. */
export const randomisationFrom = 0.5;

/** The probability of one false harm alarm in an experiment, over all of its windows, guardrails and arms together. */
export const harmAlpha = 0.01;

/** The concentration of the alternatives on converting units: a few conversions on one side have to be enough. */
export const harmConcentration = 2;

/** Below this, divided by the number of checks, an imbalance before the exposure blocks the verdict. */
export const imbalanceAlpha = 0.001;

/** Evidence above ln 1000 says that a split is not what it should be. */
export const brokenLogEvidence = Math.log(1000);

/** The share of units that saw several arms which is looked into. */
export const mixedShareAbove = 0.01;

/** The share of false ones among secondary metrics that are called, on average; they are labelled exploratory. */
export const defaultFalseDiscoveryRate = 0.1;

/** Pairs of experiments are told of at this false discovery rate, over all pairs that overlap. */
export const interactionRate = 0.01;

/** The lognormal prior of τ, the standard deviation of true lifts: median 3 %, give or take a factor of 2.5. */
export const defaultDeviationPrior = { median: 0.03, factor: 2.5 } as const;

/** Non-zero units, of all arms together, from which on a cap is frozen. */
export const capFromUnits = 1000;

/** The quantile of the non-zero values that is the cap where none is asked for. */
export const defaultCapLevel = 0.999;

/** So many times the squared critical value of units have to lie beyond a quantile for its interval to hold. */
export const unitsBeyondPerSquaredCritical = 4;

/** The planned effect in standard errors at the planned end, for a power of 80 %: (1.96 + 0.84)·√1.07. */
export const plannedDrift = 2.898;

/** Below this probability of a clear win by the planned end the page advises to stop; it is never done by itself. */
export const unlikelyBelow = 0.1;

/** A forecast beyond so many days is no plan. */
export const longestForecastDays = 60;

/** How many times the planned units it takes on average to settle what the plan has not, by the always-valid interval. */
export const unitsAfterPlan = 1.63;

/** Full days of new units that a forecast is made from. */
export const forecastDays = 7;
