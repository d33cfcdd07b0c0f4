using System.Globalization;

namespace ModelScan.RoutingApi.Providers;

/// <summary>As many connections to providers are open as there may be, and none of them ended in time.</summary>
internal sealed class NoConnectionLeftException : Exception
{
    public NoConnectionLeftException()
        : this("the gateway has no connection left")
    {
    }

    public NoConnectionLeftException(string message)
        : base(message)
    {
    }

    public NoConnectionLeftException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>All of them are in use.</summary>
    /// <param name="limit">How many there may be.</param>
    public NoConnectionLeftException(int limit)
        : this(string.Create(CultureInfo.InvariantCulture, $"the gateway is busy, its {limit} connections to providers are in use; try again"))
    {
    }
}
