/** A function of scripts: whether a job stands in a queue. */
export const standing = `
-- Whether a job stands in its queue. Data of the queue may be lost in part.
local function stands(queue, id)
  if redis.call('EXISTS', queue .. id .. ':lock') == 1 then return true end
  for _, state in ipairs({'prioritized', 'waiting-children', 'delayed'}) do
    if redis.call('ZSCORE', queue .. state, id) then return true end
  end
  for _, state in ipairs({'active', 'wait', 'paused'}) do
    if redis.call('LPOS', queue .. state, id) then return true end
  end
  return false
end
`;
