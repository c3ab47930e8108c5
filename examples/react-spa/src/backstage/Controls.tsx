import { useSyncExternalStore } from 'react';
import { network } from '../network.ts';
import { operate } from './controls.ts';

export function Controls() {
  const isOnline = useSyncExternalStore(network.subscribe, network.isOnline);
  return (
    <div className="controls" role="group" aria-label="What if…">
      <button type="button" onClick={() => void operate('expire-access-tokens')}>
        Expire the access token
      </button>
      <button type="button" onClick={() => void operate('revoke-sessions')}>
        Revoke the session
      </button>
      <button type="button" aria-pressed={!isOnline} onClick={() => network.set(!isOnline)}>
        {isOnline ? 'Go offline' : 'Go online'}
      </button>
    </div>
  );
}
