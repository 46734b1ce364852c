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
