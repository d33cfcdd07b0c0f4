namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Plano proxy in a container: the router that ModelScan is compatible with, and can delegate to.</summary>
/// <param name="name">Unique in the application; also the host name under which others find it.</param>
public sealed class PlanoResource(string name) : ContainerResource(name), IResourceWithServiceDiscovery
{
    /// <summary>The model listener, port 12000 in the container: LLM APIs, routing decisions and health.</summary>
    public const string ModelEndpointName = "http";

    /// <summary>The prompt listener, port 10000 in the container.</summary>
    public const string PromptEndpointName = "prompt";
}
