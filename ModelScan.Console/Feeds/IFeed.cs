using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary>Something of the console's that is no page.</summary>
internal interface IFeed
{
    /// <summary>Answers a request for it.</summary>
    Task WriteAsync(ScreenRequest request);
}
