using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using StackExchange.Redis;

namespace ModelScan.RoutingApi.Governance.Limits.Redis;

/// <summary>Puts claims into the words of <see cref="LimitScripts"/>.</summary>
/// <param name="lease">How long what is set aside stays so by itself.</param>
internal sealed class LimitCommands(TimeSpan lease)
{
    // A settlement may be repeated for as long as its answer can be lost.
    private static readonly TimeSpan MarkTime = TimeSpan.FromMinutes(2);
    private readonly long _leaseMs = (long)lease.TotalMilliseconds;

    /// <summary>One group of a script.</summary>
    /// <param name="Act"><c>take</c>, <c>free</c> or <c>look</c>.</param>
    /// <param name="Claim">The claim.</param>
    /// <param name="Span">Its window.</param>
    /// <param name="Known">What is known to be used in it.</param>
    public readonly record struct Group(string Act, LimitClaim Claim, WindowSpan Span, long Known = 0);

    /// <summary>Runs <see cref="LimitScripts.Reserve"/>.</summary>
    public async Task<long[]> ReserveAsync(IDatabase database, string name, IReadOnlyList<Group> groups)
    {
        var keys = new RedisKey[groups.Count * 3];
        var words = new RedisValue[3 + (groups.Count * 9)];
        (words[0], words[1], words[2]) = (name, _leaseMs, groups.Count);
        for (var i = 0; i < groups.Count; i++)
        {
            var (act, claim, span, known) = groups[i];
            Keys(keys, i * 3, claim, span.Id);
            var at = 3 + (i * 9);
            words[at] = act;
            words[at + 1] = KindOf(claim.Limit);
            words[at + 2] = claim.Amount;
            words[at + 3] = claim.Limit.Amount;
            words[at + 4] = claim.Limit.Config.Mode switch { LimitMode.Hard => 0, LimitMode.Soft => 1, _ => 2 };
            words[at + 5] = span.Start.ToUnixTimeMilliseconds();
            words[at + 6] = span.End.ToUnixTimeMilliseconds();
            words[at + 7] = span.Id;
            words[at + 8] = known;
        }

        return (long[]?)await database.ScriptEvaluateAsync(LimitScripts.Reserve, keys, words) ?? throw new RedisException("no answer");
    }

    /// <summary>Runs <see cref="LimitScripts.Settle"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The lease.</param>
    /// <param name="held">What it holds.</param>
    /// <param name="used">What was used of it.</param>
    /// <param name="first">The first of them that is meant.</param>
    /// <param name="count">How many are meant.</param>
    public Task SettleAsync(IDatabase database, string name, HeldClaim[] held, long[] used, int first, int count)
    {
        var keys = new RedisKey[1 + (count * 3)];
        var words = new RedisValue[3 + (count * 4)];
        (words[0], words[1], words[2]) = (name, (long)MarkTime.TotalMilliseconds, count);
        for (var i = 0; i < count; i++)
        {
            var claim = held[first + i];
            Keys(keys, 1 + (i * 3), claim.Claim, claim.Window);
            var at = 3 + (i * 4);
            words[at] = KindOf(claim.Claim.Limit);
            words[at + 1] = used[first + i];
            words[at + 2] = claim.Window;
            words[at + 3] = claim.WindowEnd.ToUnixTimeMilliseconds() + Keep(claim.Claim.Limit);
        }

        keys[0] = $"{Prefix(held[first].Claim, held[first].Window)}:d:{name}";
        return database.ScriptEvaluateAsync(LimitScripts.Settle, keys, words);
    }

    /// <summary>Runs <see cref="LimitScripts.Renew"/>.</summary>
    public Task RenewAsync(IDatabase database, string name, HeldClaim[] held, int first, int count)
    {
        var keys = new RedisKey[count * 2];
        for (var i = 0; i < count; i++)
        {
            var prefix = Prefix(held[first + i].Claim, held[first + i].Window);
            (keys[i * 2], keys[(i * 2) + 1]) = ($"{prefix}:r", $"{prefix}:a");
        }

        return database.ScriptEvaluateAsync(LimitScripts.Renew, keys, [name, _leaseMs]);
    }

    // What has been used of a rolling limit is looked at for as long as it is; else until nobody settles in its window any more.
    private long Keep(Limit limit) => limit.Window is { IsRolling: true } rolling ? (long)(rolling.BucketLength * (LimitWindow.Buckets + 1)).TotalMilliseconds : _leaseMs * 2;

    private static int KindOf(Limit limit) => limit.Window is null ? 2 : limit.Window.IsRolling ? 1 : 0;

    // All keys of a subject lie in one slot of a cluster.
    private static string Prefix(in LimitClaim claim, long window) => claim.Limit.Window is { IsRolling: false }
        ? string.Create(CultureInfo.InvariantCulture, $"ms:{{{claim.Limit.StoreName}:{claim.Subject}}}:{window}")
        : $"ms:{{{claim.Limit.StoreName}:{claim.Subject}}}";

    private static void Keys(RedisKey[] keys, int at, in LimitClaim claim, long window)
    {
        var prefix = Prefix(claim, window);
        (keys[at], keys[at + 1], keys[at + 2]) = ($"{prefix}:s", $"{prefix}:r", $"{prefix}:a");
    }
}
