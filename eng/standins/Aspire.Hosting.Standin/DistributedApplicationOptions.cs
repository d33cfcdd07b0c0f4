namespace Aspire.Hosting;

/// <summary>How to create an application.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>Whether to leave the dashboard out.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether plain HTTP will do for the dashboard; here it always does.</summary>
    public bool AllowUnsecuredTransport { get; set; }

    /// <summary>The directory of the AppHost, to which paths are relative; found from the entry assembly if not given.</summary>
    public string? ProjectDirectory { get; set; }
}
