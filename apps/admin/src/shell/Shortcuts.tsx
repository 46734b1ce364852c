import { Kbd, Modal, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isTyping } from './is-typing.ts';
import { sections } from './sections.ts';
import { useScope } from './use-scope.ts';

/** How long after `g` the second letter may come. */
const sequenceMs = 1_500;

/** `g` and a letter opens a section, `/` goes to the search field, `c` creates, `?` shows this. */
export function Shortcuts() {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const scope = useScope();
  const goAtMs = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isDialogOpen()) return;
      const section = sections.find(({ letter }) => letter === event.key);
      if (section !== undefined && performance.now() - goAtMs.current < sequenceMs) {
        goAtMs.current = Number.NEGATIVE_INFINITY;
        event.preventDefault();
        void navigate({ to: section.to, params: scope });
      } else if (event.key === 'g') goAtMs.current = performance.now();
      else if (event.key === '/') focusMarked('search', event);
      else if (event.key === 'c') clickMarked('create', event);
      else if (event.key === '?') open();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, scope, open]);
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts">
      <Table>
        <Table.Tbody>
          {[
            ['/', 'Search this list'],
            ['c', 'Create'],
            ...sections.map(({ letter, label }) => [`g ${letter}`, label] as const),
            ['?', 'This list'],
          ].map(([keys = '', what]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

/** What lies under a dialog does not act. */
function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

function focusMarked(mark: string, event: KeyboardEvent): void {
  const element = document.querySelector<HTMLElement>(`[data-shortcut="${mark}"]`);
  if (element === null) return;
  event.preventDefault();
  element.focus();
}

function clickMarked(mark: string, event: KeyboardEvent): void {
  const element = document.querySelector<HTMLElement>(`[data-shortcut="${mark}"]`);
  if (element === null) return;
  event.preventDefault();
  element.click();
}
