import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../api/queries.ts';
import { useCan } from '../session/use-can.ts';

/** Who looks after it, by name for those who may know the members. */
export function Owner({ id }: { readonly id: string }) {
  const name = useOwnerName()(id);
  return name === undefined ? null : (
    <Text span size="sm">
      owned by {name}
    </Text>
  );
}

/** The names of owners; who may not read the members sees none. */
export function useOwnerName(): (id: string) => string | undefined {
  const mayRead = useCan()('member.read');
  const members = useQuery({ ...membersQuery(), enabled: mayRead });
  return (id) => {
    const member = members.data?.find((one) => one.userId === id);
    return member === undefined ? undefined : member.name || member.email;
  };
}
