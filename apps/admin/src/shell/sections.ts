import { IconActivity, IconAdjustments, IconChartBar, IconFlag, IconFlask, IconHome, IconUsersGroup } from '@tabler/icons-react';
import type { Permission } from '../session/use-can.ts';

/** The seven entries on the left; the letter goes with `g`. Who lacks what one needs does not see it. */
export const sections = [
  { label: 'Home', to: '/projects/$project/$environment', icon: IconHome, letter: 'h' },
  { label: 'Flags', to: '/projects/$project/$environment/flags', icon: IconFlag, letter: 'f' },
  { label: 'Segments', to: '/projects/$project/$environment/segments', icon: IconUsersGroup, letter: 's' },
  { label: 'Experiments', to: '/projects/$project/$environment/experiments', icon: IconFlask, letter: 'e' },
  { label: 'Metrics & events', to: '/projects/$project/$environment/metrics', icon: IconChartBar, letter: 'm' },
  { label: 'Activity', to: '/projects/$project/$environment/activity', icon: IconActivity, letter: 'a', needs: 'audit.read' },
  { label: 'Settings', to: '/projects/$project/$environment/settings', icon: IconAdjustments, letter: ',' },
] as const;

type Section = (typeof sections)[number];

export function sectionsFor(can: (permission: Permission) => boolean): readonly Section[] {
  return sections.filter((section) => !('needs' in section) || can(section.needs));
}
