/** What modules above follow of orders, deliveries and contracts. */
export {
  type ContractFacts,
  type DeliveryFacts,
  type Finding,
  type Followers,
  tellAll,
  type TradeFollower,
} from './followers.ts'
