/** The kind of job that erases units. */
export const erasureJobKind = 'erase-unit';
