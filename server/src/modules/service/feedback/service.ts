/** What others may ask of 客户反馈. */
export { createFeedback, feedback, listFeedback, moveFeedback, restoreFeedback, updateFeedback } from './feedback.ts'
export { feedbackOfCustomer } from './timeline.ts'
export { feedbackBlocks } from './home.ts'
