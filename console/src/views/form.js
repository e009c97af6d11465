/** What to list: which types, and how many groups per call. The button that submits it is with those of the listing. */
import { groupTypes } from '../../../js/facts.js';
import { h, redraw } from '../dom.js';
import { t } from '../language.js';
import { listing } from '../listing.js';

const most = 10_000;

/** @param {(what: { types?: string[], limit: number }) => void} onList */
export function formView(onList) {
  let byType = false;
  let problem; // the key of a text
  const running = () => listing.state === 'running';
  const choice = (value, key, why) =>
    h(
      'label',
      { class: 'choice' },
      h('input', {
        type: 'radio',
        name: 'which',
        checked: !value,
        onchange: () => {
          byType = value;
          problem = undefined;
          redraw();
        },
      }),
      h(
        'span',
        {},
        h('span', { class: 'choice-name' }, () => t(key)),
        h('span', { class: 'note' }, () => t(why)),
      ),
    );
  const boxes = groupTypes.map((type) => h('input', { type: 'checkbox', value: type, checked: true }));
  const size = h('input', {
    id: 'page-size',
    type: 'number',
    inputmode: 'numeric',
    min: 1,
    max: most,
    value: most,
    'aria-describedby': 'page-size-why form-problem',
    'aria-invalid': () => problem === 'pageSizeWrong' && 'true',
  });
  const onsubmit = (event) => {
    event.preventDefault();
    const types = byType ? boxes.filter(({ checked }) => checked).map(({ value }) => value) : undefined;
    const limit = size.valueAsNumber;
    problem = undefined;
    if (types?.length === 0) {
      problem = 'typesMissing';
      boxes[0].focus();
    } else if (!Number.isInteger(limit) || limit < 1 || limit > most) {
      problem = 'pageSizeWrong';
      size.focus();
    } else onList({ types, limit });
    redraw();
  };
  return h(
    'form',
    { id: 'what', class: 'card', onsubmit, novalidate: true, 'aria-labelledby': 'form' },
    h('h2', { id: 'form' }, () => t('formHeading')),
    h(
      'fieldset',
      { disabled: running },
      h('legend', {}, () => t('which')),
      choice(false, 'allAtOnce', 'allAtOnceWhy'),
      choice(true, 'byType', 'byTypeWhy'),
      h(
        'div',
        { class: 'types', hidden: () => !byType, role: 'group', 'aria-label': () => t('type') },
        ...boxes.map((box) => h('label', {}, box, box.value)),
      ),
    ),
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'page-size' }, () => t('pageSize')),
      size,
      h('p', { id: 'page-size-why', class: 'note' }, () => t('pageSizeWhy', { most })),
    ),
    h('p', { id: 'form-problem', class: 'problem', role: 'alert', hidden: () => !problem }, () =>
      problem ? t(problem, { most }) : '',
    ),
  );
}
