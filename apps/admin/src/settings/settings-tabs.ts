export const settingsTabs = ['environments', 'events', 'sdk-keys', 'members', 'api-tokens', 'organisation'] as const;
export type SettingsTab = (typeof settingsTabs)[number];
