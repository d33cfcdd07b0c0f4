namespace ModelScan.WebConsole.Screens;

/// <summary>A list, and what one of it looks like: <c>/console/requests</c> and <c>/console/requests/ID</c>.</summary>
/// <param name="list">The list.</param>
/// <param name="one">One of it.</param>
internal sealed class EitherScreen(IScreen list, IScreen one) : IScreen
{
    /// <inheritdoc/>
    public Task<Screen> ShowAsync(ScreenRequest request) => (request.Path.Count == 0 ? list : one).ShowAsync(request);
}
