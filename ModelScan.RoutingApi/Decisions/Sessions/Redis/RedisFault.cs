using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>What goes wrong with a server, and not with this program.</summary>
internal static class RedisFault
{
    /// <summary>Whether the server did not do what it was asked: away, too slow, or not able to, as where the database has a number that it does not know.</summary>
    public static bool Is(Exception exception) => exception is RedisException or RedisCommandException or TimeoutException;
}
