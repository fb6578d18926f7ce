/** The wizard in the words of its user. */
export const STEPS = ['上传文件', '对应列', '检查', '导入结果'] as const
