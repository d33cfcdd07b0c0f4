namespace ModelScan.RoutingApi.Governance.Limits.Redis;

/// <summary>
/// What runs inside Redis, whose clock is the only one that counts. For each subject of a limit and each of its windows there are three keys:
/// <list type="table">
/// <item><term><c>…:s</c></term><description>what has been used: a number; of a rolling limit a hash of buckets</description></item>
/// <item><term><c>…:r</c></term><description>a sorted set of leases by when they end (ms)</description></item>
/// <item><term><c>…:a</c></term><description>a hash of what each lease holds, and their sum under <c>h</c></description></item>
/// </list>
/// A lease that has ended gives back what it holds to whoever comes next: nothing is left behind by a gateway that is gone.
/// </summary>
internal static class LimitScripts
{
    /// <summary>
    /// KEYS: s, r, a of each group. ARGV: lease, its time (ms), number of groups, then for each: what to do (<c>take</c>, <c>free</c>, <c>look</c>), kind (0 window,
    /// 1 rolling, 2 parallel), amount, most, mode (0 hard, 1 soft, 2 never refused), begin and end of the window (ms), bucket, what is known to be used.
    /// Answer: place of the group that does not fit, 0 where all do, -1 where a window is not the one of now; the time (ms); then used and held of each group.
    /// </summary>
    public const string Reserve = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local lease, ttl, n = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
        local answer, refused = {0, now}, 0
        local mine, keep = {}, {}
        for i = 1, n do
          local a = 3 + (i - 1) * 9
          local act, kind = ARGV[a + 1], tonumber(ARGV[a + 2])
          if act ~= 'free' and kind ~= 2 and (now < tonumber(ARGV[a + 6]) or now >= tonumber(ARGV[a + 7])) then
            return {-1, now}
          end
        end
        for i = 1, n do
          local k, a = (i - 1) * 3, 3 + (i - 1) * 9
          local s, r, m = KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]
          local act, kind = ARGV[a + 1], tonumber(ARGV[a + 2])
          local amount, most, mode = tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4]), tonumber(ARGV[a + 5])
          local bucket, known = tonumber(ARGV[a + 8]), tonumber(ARGV[a + 9])
          local over = redis.call('ZRANGEBYSCORE', r, '-inf', now, 'LIMIT', 0, 100)
          for _, id in ipairs(over) do
            local held = redis.call('HGET', m, id)
            if held then
              redis.call('HINCRBY', m, 'h', '-' .. held)
              redis.call('HDEL', m, id)
            end
            redis.call('ZREM', r, id)
          end
          local used = 0
          if kind == 0 then
            used = tonumber(redis.call('GET', s) or '0')
            if known > used then
              redis.call('SET', s, ARGV[a + 9], 'PXAT', string.format('%.0f', tonumber(ARGV[a + 7]) + ttl * 2))
              used = known
            end
          elseif kind == 1 then
            local all = redis.call('HGETALL', s)
            for j = 1, #all, 2 do
              local b = tonumber(all[j])
              if b <= bucket - 60 then
                redis.call('HDEL', s, all[j])
              else
                used = used + tonumber(all[j + 1])
              end
            end
          end
          local held = tonumber(redis.call('HGET', m, 'h') or '0')
          mine[i] = tonumber(redis.call('HGET', m, lease) or '0')
          if act == 'take' and refused == 0 then
            if mode == 0 and used + held - mine[i] + amount > most then refused = i end
            if mode == 1 and used >= most then refused = i end
          end
          answer[i * 2 + 1] = used
          answer[i * 2 + 2] = held
        end
        answer[1] = refused
        if refused > 0 then return answer end
        for i = 1, n do
          local k, a = (i - 1) * 3, 3 + (i - 1) * 9
          local s, r, m = KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]
          local act, kind, amount, till = ARGV[a + 1], tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]), tonumber(ARGV[a + 7])
          if act == 'free' then
            if mine[i] > 0 then redis.call('HINCRBY', m, 'h', string.format('%.0f', -mine[i])) end
            redis.call('HDEL', m, lease)
            redis.call('ZREM', r, lease)
          elseif act == 'take' and amount > 0 then
            redis.call('ZADD', r, string.format('%.0f', now + ttl), lease)
            redis.call('HSET', m, lease, ARGV[a + 3])
            redis.call('HINCRBY', m, 'h', string.format('%.0f', amount - mine[i]))
            answer[i * 2 + 2] = answer[i * 2 + 2] + amount - mine[i]
            local last = now + ttl * 2
            if kind ~= 2 and till + ttl * 2 > last then last = till + ttl * 2 end
            last = string.format('%.0f', last)
            redis.call('PEXPIREAT', r, last)
            redis.call('PEXPIREAT', m, last)
            if kind == 0 then redis.call('PEXPIREAT', s, last) end
          end
        end
        return answer
        """;

    /// <summary>
    /// KEYS: mark of the lease, then s, r, a of each group. ARGV: lease, for how long its mark stays (ms), number of groups, then for each: kind, used, bucket,
    /// when what has been used may be forgotten (ms). Answer: 1, or 0 where the lease was settled before.
    /// </summary>
    public const string Settle = """
        if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2]) then return 0 end
        local lease, n = ARGV[1], tonumber(ARGV[3])
        for i = 1, n do
          local k, a = 1 + (i - 1) * 3, 3 + (i - 1) * 4
          local s, r, m = KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]
          local kind, used = tonumber(ARGV[a + 1]), ARGV[a + 2]
          local held = redis.call('HGET', m, lease)
          if held then
            redis.call('HINCRBY', m, 'h', '-' .. held)
            redis.call('HDEL', m, lease)
          end
          redis.call('ZREM', r, lease)
          if used ~= '0' and kind == 0 then
            redis.call('INCRBY', s, used)
            redis.call('PEXPIREAT', s, ARGV[a + 4])
          elseif used ~= '0' and kind == 1 then
            redis.call('HINCRBY', s, ARGV[a + 3], used)
            redis.call('PEXPIREAT', s, ARGV[a + 4])
          end
        end
        return 1
        """;

    /// <summary>KEYS: r and a of each group. ARGV: lease, its time (ms). Puts its end off where it has not ended.</summary>
    public const string Renew = """
        local t = redis.call('TIME')
        local till = t[1] * 1000 + math.floor(t[2] / 1000) + tonumber(ARGV[2])
        for i = 1, #KEYS, 2 do
          redis.call('ZADD', KEYS[i], 'XX', string.format('%.0f', till), ARGV[1])
          for j = i, i + 1 do
            local left = redis.call('PTTL', KEYS[j])
            if left >= 0 and left < tonumber(ARGV[2]) * 2 then redis.call('PEXPIRE', KEYS[j], string.format('%.0f', tonumber(ARGV[2]) * 2)) end
          end
        end
        return 1
        """;
}
