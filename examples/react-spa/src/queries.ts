import { QueryClient } from '@tanstack/react-query';
import { connectQueryClient, retry } from '../../recipes/tanstackQuery.ts';
import { session } from './session.ts';

export const queryClient = new QueryClient({ defaultOptions: { queries: { retry, staleTime: 60_000 } } });

connectQueryClient(session, queryClient);
