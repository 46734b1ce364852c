/** How many days a preview can show; each is an address. */
export const previewDays = ['7', '14', '30', '90'] as const;
