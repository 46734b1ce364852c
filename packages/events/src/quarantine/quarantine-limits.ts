/** How long an undefined event is kept, by when it was accepted; written into the table by its migration. */
export const quarantineDays = 7;
