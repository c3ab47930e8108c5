import { QueryClient, useQuery } from '@tanstack/react-query';
import { readCounts } from './controls.ts';

/** A cache of its own, since the counts do not belong to a user. */
const queryClient = new QueryClient();

/** The requests that have reached the server, from all users. */
export function Counts() {
  const { data } = useQuery(
    { queryKey: ['counts'], queryFn: readCounts, refetchInterval: 1000, networkMode: 'always', retry: false },
    queryClient,
  );
  if (data === undefined) return null;
  return (
    <p className="quiet">
      At the server: calls {data.api}, refused {data.refused}, refreshes {data.refresh}
    </p>
  );
}
