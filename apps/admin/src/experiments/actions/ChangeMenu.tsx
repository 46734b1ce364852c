import { Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { EnrolmentDialog } from './EnrolmentDialog.tsx';
import { WeightsDialog } from './WeightsDialog.tsx';
import { wholeMilliPercent } from '../../parts/milli-percent.ts';

/** What may be changed while it runs. */
export function ChangeMenu({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [enrolling, enrolment] = useDisclosure();
  const [weighing, weights] = useDisclosure();
  if (experiment.assignment !== 'split') return null;
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            Change
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={experiment.enrolmentMilliPercent >= wholeMilliPercent} onClick={enrolment.open}>
            Let more people take part
          </Menu.Item>
          <Menu.Item onClick={weights.open}>Change the arms’ shares</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {enrolling && <EnrolmentDialog experiment={experiment} opened onClose={enrolment.close} />}
      {weighing && <WeightsDialog experiment={experiment} opened onClose={weights.close} />}
    </>
  );
}
