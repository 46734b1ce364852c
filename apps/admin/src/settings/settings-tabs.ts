export const settingsTabs = ['environments', 'events', 'sdk-keys', 'receivers', 'members', 'api-tokens', 'organisation'] as const;
export type SettingsTab = (typeof settingsTabs)[number];
