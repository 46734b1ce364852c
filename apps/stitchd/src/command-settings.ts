import { optionalTextSetting, textSetting } from '@stitchd/service-kit';

/** What the `stitchd` command reads beside the settings of the services. */
export const commandSettings = {
  superadminEmail: textSetting({
    variable: 'STITCHD_SUPERADMIN_EMAIL',
    default: 'admin@localhost',
    description: 'The first administrator, made by `stitchd start` and `stitchd seed` where there is none.',
  }),
  superadminPassword: optionalTextSetting({
    variable: 'STITCHD_SUPERADMIN_PASSWORD',
    secret: true,
    description: 'The password of that administrator; a link that signs in once is printed where it is not set.',
  }),
  token: optionalTextSetting({
    variable: 'STITCHD_TOKEN',
    secret: true,
    description:
      'The API token by which `stitchd demo`, `stitchd types`, `stitchd import` and `stitchd export` ask; `operator-token` in the data directory where it is not set.',
  }),
  sdkKey: optionalTextSetting({
    variable: 'STITCHD_SDK_KEY',
    secret: true,
    description: 'The server key by which `stitchd types` and `stitchd import` ask where they are given no project.',
  }),
};
