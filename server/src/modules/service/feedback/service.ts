/** What others may ask of 客户反馈. */
export { createFeedback, feedback, moveFeedback, ofLiveCustomers, updateFeedback } from './feedback.ts'
export { feedbackOfCustomer } from './timeline.ts'
