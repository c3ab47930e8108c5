import { QueryClient, useQuery } from '@tanstack/react-query';
import { readCounts } from './controls.ts';

/** The counts are nobody's own: they stay when the user changes. */
const queryClient = new QueryClient();

/** What has reached the server, whoever sent it. */
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
