import { IconActivity, IconAdjustments, IconChartBar, IconFlag, IconFlask, IconHome, IconUsersGroup } from '@tabler/icons-react';
import type { Permission } from '../session/use-can.ts';

/** Pages beside the experiments rather than under them, which belong to them all the same. */
const experimentPages = ['layers', 'holdouts', 'new-experiment'] as const;

/** The seven entries on the left; the letter goes with `g`. Who lacks what one needs does not see it. */
export const sections = [
  { label: 'Home', to: '/projects/$project/$environment', icon: IconHome, letter: 'h' },
  { label: 'Flags', to: '/projects/$project/$environment/flags', icon: IconFlag, letter: 'f' },
  { label: 'Segments', to: '/projects/$project/$environment/segments', icon: IconUsersGroup, letter: 's' },
  {
    label: 'Experiments',
    to: '/projects/$project/$environment/experiments',
    icon: IconFlask,
    letter: 'e',
    holds: experimentPages,
  },
  { label: 'Metrics & events', to: '/projects/$project/$environment/metrics', icon: IconChartBar, letter: 'm' },
  { label: 'Activity', to: '/projects/$project/$environment/activity', icon: IconActivity, letter: 'a', needs: 'audit.read' },
  { label: 'Settings', to: '/projects/$project/$environment/settings', icon: IconAdjustments, letter: ',' },
] as const;

type Section = (typeof sections)[number];

export function sectionsFor(can: (permission: Permission) => boolean): readonly Section[] {
  return sections.filter((section) => !('needs' in section) || can(section.needs));
}

/** Whether the address is of a page that belongs to a section without lying under it. */
export function holdsPage(section: Section, address: string): boolean {
  const [, , , , page] = address.split('/');
  return 'holds' in section && section.holds.some((held) => held === page);
}
