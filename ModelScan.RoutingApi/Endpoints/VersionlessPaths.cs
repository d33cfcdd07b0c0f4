using System.Collections.Frozen;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Takes a path that names no version for the one of <c>/v1</c> (<c>/messages</c>), and one that names it twice for one that names it
/// once (<c>/v1/v1/messages</c>): half of all clients want a base address with the version, the other half one without, and people give
/// them the wrong one.
/// </summary>
internal static class VersionlessPaths
{
    private const string Version = "/v1";

    // The first part of every path behind the version.
    private static readonly FrozenSet<string> Roots =
        FrozenSet.ToFrozenSet(["chat", "messages", "responses", "models", .. ProviderDoors.Names], StringComparer.OrdinalIgnoreCase);

    public static Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments(Version, StringComparison.OrdinalIgnoreCase, out var rest))
        {
            if (rest.StartsWithSegments(Version, StringComparison.OrdinalIgnoreCase))
                context.Request.Path = rest;
        }
        else if (IsRoot(path.Value))
        {
            context.Request.Path = new PathString(Version).Add(path);
        }

        return next(context);
    }

    private static bool IsRoot(string? path)
    {
        if (path is not { Length: > 1 })
            return false;
        var first = path.AsSpan(1);
        var end = first.IndexOf('/');
        return Roots.GetAlternateLookup<ReadOnlySpan<char>>().Contains(end < 0 ? first : first[..end]);
    }
}
