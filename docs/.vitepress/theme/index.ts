import DefaultTheme from 'vitepress/theme';
import { useRoute, type Theme } from 'vitepress';
import { onMounted, toRefs, watch } from 'vue';
import LiveChart from './LiveChart.vue';
import RaceDemo from './RaceDemo.vue';
import './style.css';

/** The theme gives its home page no `main`, and uses the same element for all pages. */
function markMain(): void {
  const content = document.querySelector('#VPContent');
  if (content?.classList.contains('is-home')) content.setAttribute('role', 'main');
  else content?.removeAttribute('role');
}

export default {
  extends: DefaultTheme,
  setup() {
    const { path } = toRefs(useRoute());
    onMounted(() => watch(path, markMain, { flush: 'post' }));
  },
  enhanceApp({ app }) {
    app.component('LiveChart', LiveChart);
    app.component('RaceDemo', RaceDemo);
  },
} satisfies Theme;
