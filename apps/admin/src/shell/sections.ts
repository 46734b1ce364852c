import { IconActivity, IconAdjustments, IconChartBar, IconFlag, IconFlask, IconHome, IconUsersGroup } from '@tabler/icons-react';

/** The seven entries on the left; the letter goes with `g`. */
export const sections = [
  { label: 'Home', to: '/projects/$project/$environment', icon: IconHome, letter: 'h' },
  { label: 'Flags', to: '/projects/$project/$environment/flags', icon: IconFlag, letter: 'f' },
  { label: 'Segments', to: '/projects/$project/$environment/segments', icon: IconUsersGroup, letter: 's' },
  { label: 'Experiments', to: '/projects/$project/$environment/experiments', icon: IconFlask, letter: 'e' },
  { label: 'Metrics & events', to: '/projects/$project/$environment/metrics', icon: IconChartBar, letter: 'm' },
  { label: 'Activity', to: '/projects/$project/$environment/activity', icon: IconActivity, letter: 'a' },
  { label: 'Settings', to: '/projects/$project/$environment/settings', icon: IconAdjustments, letter: ',' },
] as const;
