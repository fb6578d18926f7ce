/** The dictionaries (基础资料) an administrator maintains, and the items a new installation starts with: code -> label. */
export const dictionaries = {
  customerLevel: { label: '客户等级', items: { A: 'A 重点', B: 'B 普通', C: 'C 一般', D: 'D 小客户' } },
  customerSource: {
    label: '客户来源',
    items: {
      referral: '转介绍',
      exhibition: '展会',
      website: '网站',
      phone: '电话来访',
      visit: '陌生拜访',
      ads: '广告',
      partner: '合作伙伴',
      import: '资料导入',
      other: '其他',
    },
  },
  /** Sections of GB/T 4754 as the exchanges abbreviate them. */
  industry: {
    label: '所属行业',
    items: {
      A: 'A 农林牧渔',
      B: 'B 采矿业',
      C: 'C 制造业',
      D: 'D 水电煤气',
      E: 'E 建筑业',
      F: 'F 批发零售',
      G: 'G 运输仓储',
      H: 'H 住宿餐饮',
      I: 'I 信息技术',
      J: 'J 金融业',
      K: 'K 房地产',
      L: 'L 商务服务',
      M: 'M 科研服务',
      N: 'N 公共环保',
      O: 'O 居民服务',
      P: 'P 教育',
      Q: 'Q 卫生',
      R: 'R 文化传播',
      S: 'S 综合',
      T: 'T 国际组织',
    },
  },
  feedbackType: {
    label: '反馈类型',
    items: { complaint: '投诉', suggestion: '建议', inquiry: '咨询', praise: '表扬', other: '其他' },
  },
  interactionKind: {
    label: '跟进方式',
    items: {
      call: '电话',
      visit: '拜访',
      wechat: '微信',
      email: '邮件',
      sms: '短信',
      fax: '传真',
      web: '网络',
      other: '其他',
    },
  },
  interactionResult: {
    label: '跟进结果',
    items: {
      interested: '有意向',
      again: '需再跟进',
      quoted: '已报价',
      settled: '已解决',
      unreached: '未联系上',
      refused: '暂无意向',
    },
  },
} as const satisfies Record<string, { readonly label: string; readonly items: Readonly<Record<string, string>> }>

export type DictionaryName = keyof typeof dictionaries
export const dictionaryNames: Readonly<Record<DictionaryName, string>> = {
  customerLevel: dictionaries.customerLevel.label,
  customerSource: dictionaries.customerSource.label,
  industry: dictionaries.industry.label,
  interactionKind: dictionaries.interactionKind.label,
  interactionResult: dictionaries.interactionResult.label,
  feedbackType: dictionaries.feedbackType.label,
}
