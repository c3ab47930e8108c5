import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `node` has hundreds of short files, so all workers end at about the same time if it is the last project. */
const isShort = ({ project }: TestSpecification): number => Number(project.name === 'node');

export class ShortFilesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => isShort(one) - isShort(other));
  }
}
