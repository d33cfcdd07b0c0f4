using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker;

namespace Aspire.Hosting
{
    /// <summary>Says that the application can be published for Docker Compose.</summary>
    public static class DockerComposeEnvironmentExtensions
    {
        /// <summary>Accepts the wish; publishing itself takes the real package.</summary>
        public static IResourceBuilder<DockerComposeEnvironmentResource> AddDockerComposeEnvironment(
            this IDistributedApplicationBuilder builder, string name) => builder.AddResource(new DockerComposeEnvironmentResource(name));
    }
}

namespace Aspire.Hosting.Docker
{
    /// <summary>A Docker Compose project to publish to.</summary>
    public class DockerComposeEnvironmentResource(string name) : Resource(name);
}
