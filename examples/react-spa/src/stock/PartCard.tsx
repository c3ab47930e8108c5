import { useQuery } from '@tanstack/react-query';
import { NavLink } from 'react-router';
import { isSessionError } from 'sessionchart';
import { partQuery } from './parts.ts';

const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export function PartCard({ n }: { readonly n: number }) {
  const { data, error, fetchStatus, dataUpdatedAt } = useQuery(partQuery(n));
  return (
    <NavLink className="part" to={`/parts/${n}`} data-fetch={fetchStatus}>
      <span className="name">{data?.name ?? `Part ${n}`}</span>
      <span className="stock">{data?.stock ?? '–'}</span>
      <span className="quiet">{noteOf()}</span>
    </NavLink>
  );

  function noteOf(): string {
    if (fetchStatus === 'paused') return 'waiting for the network';
    if (fetchStatus === 'fetching') return 'loading…';
    if (error !== null) return isSessionError(error) ? 'not loaded' : 'could not be loaded';
    return data === undefined ? '' : `for ${data.user}, ${time.format(dataUpdatedAt)}`;
  }
}
