import { ApolloClient, gql as apolloGql, HttpLink, InMemoryCache } from '@apollo/client';
import { configureStore } from '@reduxjs/toolkit';
import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query';
import { createTRPCClient, httpBatchLink, httpLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { Client, fetchExchange, gql } from '@urql/core';
import type { AppSession } from '../requests/world.ts';

/** Sends a request with the library of that name, and rejects with the library's error. */
export type SendThrough = (session: AppSession, url: string) => Promise<unknown>;

const trpc = initTRPC.create();
export const router = trpc.router({ me: trpc.procedure.query(() => 'ada') });

export const clients: Readonly<Record<string, SendThrough>> = {
  tRPC: async ({ fetch }, url) =>
    // @ts-expect-error: with `exactOptionalPropertyTypes`, tRPC accepts neither this `fetch` nor the platform's
    createTRPCClient<typeof router>({ links: [httpLink({ url: `${url}/api/trpc`, fetch })] }).me.query(),

  'tRPC with batches': async ({ fetch }, url) =>
    // @ts-expect-error: as above
    createTRPCClient<typeof router>({ links: [httpBatchLink({ url: `${url}/api/trpc`, fetch })] }).me.query(),

  async urql({ fetch }, url) {
    const client = new Client({
      url: `${url}/api/graphql`,
      exchanges: [fetchExchange],
      fetch,
      preferGetMethod: false,
    });
    const { error } = await client.query(gql('{ me }'), {}).toPromise();
    throw error ?? new Error('It was not refused');
  },

  async Apollo({ fetch }, url) {
    const link = new HttpLink({ uri: `${url}/api/graphql`, fetch });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const { data } = await client.query({ query: apolloGql('{ me }') });
    return data;
  },

  'RTK Query with fetchBaseQuery': async ({ fetch }, url) =>
    queryThroughRtk(fetchBaseQuery({ baseUrl: `${url}/api/`, fetchFn: fetch })),

  'RTK Query with a base query that returns the error as data': async ({ api }) =>
    queryThroughRtk(async (path: string) => {
      try {
        return { data: await api.get(`api/${path}`).json() };
      } catch (data) {
        return { error: { status: 'CUSTOM_ERROR', data } };
      }
    }),

  'RTK Query with a base query that throws': async ({ api }) =>
    queryThroughRtk(async (path: string) => ({ data: await api.get(`api/${path}`).json() })),
};

async function queryThroughRtk(baseQuery: Parameters<typeof createApi>[0]['baseQuery']): Promise<unknown> {
  const api = createApi({
    baseQuery,
    endpoints: (build) => ({ me: build.query({ query: () => 'me' }) }),
  });
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults({ serializableCheck: false }).concat(api.middleware),
  });
  return store.dispatch(api.endpoints.me.initiate(undefined)).unwrap();
}
