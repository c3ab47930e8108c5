import { Outlet } from 'react-router';
import { Backstage } from '../backstage/Backstage.tsx';

/** The application, and beside it what goes on behind it. */
export function Frame() {
  return (
    <div className="frame">
      <div className="application">
        <Outlet />
      </div>
      <Backstage />
    </div>
  );
}
