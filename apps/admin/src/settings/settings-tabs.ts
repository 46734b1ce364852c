export const settingsTabs = ['environments', 'sdk-keys', 'members', 'api-tokens', 'organisation'] as const;
export type SettingsTab = (typeof settingsTabs)[number];
