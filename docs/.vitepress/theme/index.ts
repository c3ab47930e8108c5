import DefaultTheme from 'vitepress/theme';
import type { Theme } from 'vitepress';
import LiveChart from './LiveChart.vue';
import RaceDemo from './RaceDemo.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('LiveChart', LiveChart);
    app.component('RaceDemo', RaceDemo);
  },
} satisfies Theme;
