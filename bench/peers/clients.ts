import { createAlova } from 'alova';
import { createServerTokenAuthentication } from 'alova/client';
import adapterFetch from 'alova/fetch';
import axios, { type AxiosInstance } from 'axios';
import { createAuthRefresh } from 'axios-auth-refresh';
import type { Send } from '../compare.ts';
import { baseUrl } from '../server.ts';

/** Other clients that refresh tokens, each written as its documentation says. Each sends one request for data. */

interface Grant {
  readonly accessToken: string;
}

const bearer = (token: string): string => `Bearer ${token}`;

const createAxios = (base: typeof fetch): AxiosInstance =>
  axios.create({ adapter: 'fetch', env: { fetch: base } });

export function bareAxios(base: typeof fetch, api = baseUrl): Send {
  const instance = createAxios(base);
  return async () => (await instance.get<unknown>(`${api}items`)).data;
}

/** The refresh adds the new token to the failed request only, as in the first example of the documentation. */
export function axiosAuthRefresh(base: typeof fetch, api = baseUrl): Send {
  const instance = createAxios(base);
  instance.defaults.headers.common.Authorization = bearer('access-0');
  createAuthRefresh(instance, async (failed) => {
    const { data } = await createAxios(base).post<Grant>(`${api}refresh`);
    instance.defaults.headers.common.Authorization = bearer(data.accessToken);
    failed.response?.config.headers.set('Authorization', bearer(data.accessToken));
  });
  return async () => (await instance.get<unknown>(`${api}items`)).data;
}

/**
 * With a request interceptor that reads the token, and without `deduplicateRefresh`: with it, each further 401 during a refresh
 * is returned to its caller. The refresh calls are shared either way.
 */
export function axiosAuthRefreshAtBest(base: typeof fetch, api = baseUrl): Send {
  const instance = createAxios(base);
  let token = 'access-0';
  instance.interceptors.request.use((config) => {
    config.headers.set('Authorization', bearer(token));
    return config;
  });
  const refresh = async (): Promise<void> => {
    const { data } = await createAxios(base).post<Grant>(`${api}refresh`);
    token = data.accessToken;
  };
  createAuthRefresh(instance, refresh, { deduplicateRefresh: false });
  return async () => (await instance.get<unknown>(`${api}items`)).data;
}

/** alova's token authentication. Its cache and its sharing of equal requests are switched off, so that each request is sent. */
export function alova(base: typeof fetch, api = baseUrl): Send {
  let token = 'access-0';
  const { onAuthRequired, onResponseRefreshToken } = createServerTokenAuthentication({
    assignToken: (method) => {
      method.config.headers = { ...method.config.headers, Authorization: bearer(token) };
    },
    refreshTokenOnSuccess: {
      isExpired: (response: Response) => response.status === 401,
      handler: async () => {
        const response = await base(`${api}refresh`, { method: 'POST' });
        token = ((await response.json()) as Grant).accessToken;
      },
    },
  });
  const instance = createAlova({
    baseURL: api.replace(/\/$/, ''),
    requestAdapter: adapterFetch({ customFetch: base }),
    cacheFor: null,
    shareRequest: false,
    beforeRequest: onAuthRequired(),
    responded: onResponseRefreshToken(async (response: Response) => {
      if (!response.ok) throw new Error(`Answered with ${response.status}`);
      return response.json() as Promise<unknown>;
    }),
  });
  return () => instance.Get<unknown>('/items');
}
