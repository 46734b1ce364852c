/** Conversions, and units that did not convert, under which an arm is analysed by exact methods and labelled "few conversions". */
export const fewConversionsBelow = 30;

/** Units of an arm under which a t-based analysis may be off and is labelled so. */
export const fewUnitsBelow = 200;

/** The mean of a skewed metric is close to normal from this times the squared skewness on (R. Kohavi et al. 2014, rule 7). */
export const unitsPerSquaredSkewness = 355;
